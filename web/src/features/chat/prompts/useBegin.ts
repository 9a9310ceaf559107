/** Begin a chat with a prompt: its words become the draft of the new chat, the rest is how that works. */
import { useNavigate } from '@tanstack/react-router'
import { keepDraft, readDraft } from '../drafts'
import type { Scene } from './fill'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** How the chat that is begun here works. */
    scene?: Omit<Scene, 'text'>
  }
}

export function useBegin(userId: string): (scene: Scene) => void {
  const navigate = useNavigate()
  return ({ text, ...scene }) => {
    const draft = readDraft(userId, 'new').trim()
    keepDraft(userId, 'new', draft === '' || draft === text ? text : `${text}\n\n${draft}`)
    void navigate({ to: '/chat', state: { scene } })
  }
}
