/** What somebody chose or dropped: files with their place below it, and folders that are empty. */

export interface Dropped {
  files: { path: string; file: File }[]
  folders: string[]
}

export function fromInput(list: FileList): Dropped {
  const files = [...list].map((file) => ({ path: (file.webkitRelativePath || file.name).normalize('NFC'), file }))
  return { files, folders: [] }
}

/** Reads whole folders where the browser can. The items are only there until the event is over, so they are taken at once. */
export async function fromDrop(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null
    return entry ? [entry] : []
  })
  const found: Dropped = { files: [], folders: [] }
  if (entries.length === 0) return fromInput(transfer.files)
  for (const entry of entries) await collect(entry, '', found)
  return found
}

async function collect(entry: FileSystemEntry, folder: string, found: Dropped): Promise<void> {
  const path = folder + entry.name.normalize('NFC')
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    found.files.push({ path, file })
  } else if (isDirectory(entry)) {
    const inside = await childrenOf(entry)
    if (inside.length === 0) found.folders.push(path)
    for (const child of inside) await collect(child, `${path}/`, found)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

/** A reader gives a hundred at a time. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}
