/** What is chosen in the tree, and how its lines and keys change that. */
import { type MouseEvent, useState } from 'react'
import { useDesk } from '../desk/DeskProvider'
import { type Row, rowsOf, type TreeEntry } from './rows'
import {
  begunAt,
  chosenIn,
  extended,
  NOTHING,
  outermost,
  type Pressed,
  selectionFor,
  toggled,
  withAll,
  withOpen,
} from './selection'
import { useTree } from './tree'

export interface SelectionPlace {
  rows: Row[]
  /** Chosen and in sight, as they stand in the tree. */
  paths: string[]
  isOn: boolean
  isChosen: (path: string) => boolean
  begin: (path?: string) => void
  end: () => void
  chooseAll: () => void
  /** A click; false when it is meant for the entry itself. */
  press: (entry: TreeEntry, event: MouseEvent<HTMLElement>) => boolean
  /** A key; where the focus goes then, null for nowhere, undefined when it has nothing to do with choosing. */
  type: (pressed: Pressed, focused: string | null) => string | null | undefined
  /** What is meant when something is done with this one: all that is chosen if it is among them. */
  meantBy: (path: string) => string[]
}

export function useSelection(): SelectionPlace {
  const { workspaceId, desk } = useDesk()
  const tree = useTree(workspaceId)
  const rows = rowsOf(tree.folders, tree.open)
  const [selection, select] = useState(NOTHING)
  const paths = chosenIn(selection, rows)
  const isChosen = (path: string) => selection.chosen.has(path)
  const press = (entry: TreeEntry, event: MouseEvent<HTMLElement>): boolean => {
    if (event.shiftKey) select(extended(selection, rows, entry.path))
    else if (event.ctrlKey || event.metaKey) select(toggled(withOpen(selection, rows, desk.active), entry.path))
    else if (selection.isOn && !isArrow(event)) select(toggled(selection, entry.path))
    else {
      if (!selection.isOn) select(begunAt(entry.path))
      return false
    }
    return true
  }
  const type = (pressed: Pressed, focused: string | null) => {
    const change = selectionFor(pressed, selection, rows, focused)
    if (change) select(change.selection)
    return change?.focus
  }
  return {
    rows,
    paths,
    isOn: selection.isOn,
    isChosen,
    begin: (path) => select({ ...(path === undefined ? selection : toggled(NOTHING, path)), isOn: true }),
    end: () => select(NOTHING),
    chooseAll: () => select(withAll(selection, rows)),
    press,
    type,
    meantBy: (path) => (isChosen(path) ? outermost(paths) : [path]),
  }
}

/** While every click chooses, the arrow alone opens a folder. */
function isArrow(event: MouseEvent<HTMLElement>): boolean {
  return event.target instanceof Element && event.target.closest('[data-arrow]') !== null
}
