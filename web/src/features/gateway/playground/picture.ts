/** Pictures that go with a question, as data URLs. */

export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif']
export const MOST_PICTURE_BYTES = 5_000_000

export function isPicture(file: File): boolean {
  return PICTURE_TYPES.includes(file.type) && file.size <= MOST_PICTURE_BYTES
}

export function pictureUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}
