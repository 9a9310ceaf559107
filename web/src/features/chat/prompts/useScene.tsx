/** Using a prompt: it is read, asks for what it leaves open, and is handed over. */
import { type ReactNode, useState } from 'react'
import type { Prompt } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import { type Scene, sceneOf } from './fill'
import { readPrompt } from './queries'
import { VariablesDialog } from './VariablesDialog'

interface Using {
  use: (promptId: string) => void
  dialog: ReactNode
}

export function useScene(onScene: (scene: Scene) => void): Using {
  const words = useErrorText()
  const [asked, ask] = useState<Prompt | null>(null)
  const take = (prompt: Prompt) => (prompt.variables.length > 0 ? ask(prompt) : onScene(sceneOf(prompt, {})))
  return {
    use: (promptId) => void readPrompt(promptId).then(take, (thrown: unknown) => toast(words(thrown))),
    dialog: asked && (
      <VariablesDialog
        prompt={asked}
        onFilled={(values) => onScene(sceneOf(asked, values))}
        onClose={() => ask(null)}
      />
    ),
  }
}
