/** A picture of any size made ready here: its middle as a small square, so that little travels and any photo will do. */

const SIDE = 256

export interface Square {
  x: number
  y: number
  side: number
}

/** The largest square in the middle; portraits are cut a little above it, where faces are. */
export function squareOf(width: number, height: number): Square {
  const side = Math.min(width, height)
  return { side, x: Math.round((width - side) / 2), y: Math.round((height - side) * (height > width ? 0.3 : 0.5)) }
}

/** Null when the file is no picture that this browser can read. */
export async function readyPicture(file: Blob): Promise<Blob | null> {
  const bitmap = await createImageBitmap(file).catch(() => null)
  if (!bitmap) return null
  const { x, y, side } = squareOf(bitmap.width, bitmap.height)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIDE
  canvas.getContext('2d')?.drawImage(bitmap, x, y, side, side, 0, 0, SIDE, SIDE)
  bitmap.close()
  return await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}
