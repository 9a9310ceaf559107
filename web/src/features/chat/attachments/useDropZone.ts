/** Files and whole folders that are dragged onto a conversation. */
import { type DragEvent, useRef, useState } from 'react'
import { type Dropped, fromDrop } from '@/ui/dropped'

export function useDropZone(onFiles: (dropped: Dropped) => void) {
  const [over, setOver] = useState(false)
  const depth = useRef(0) // every element within tells when it is entered and left
  const within = (event: DragEvent, change: number) => {
    if (!event.dataTransfer.types.includes('Files')) return
    depth.current = Math.max(0, depth.current + change)
    setOver(depth.current > 0)
  }
  const zone = {
    onDragEnter: (event: DragEvent) => within(event, 1),
    onDragLeave: (event: DragEvent) => within(event, -1),
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer.types.includes('Files')) event.preventDefault()
    },
    onDrop: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes('Files')) return
      event.preventDefault()
      depth.current = 0
      setOver(false)
      void fromDrop(event.dataTransfer).then(onFiles)
    },
  }
  return { over, zone }
}
