import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewApiKey } from '@/api/types'
import { Button } from '@/ui/Button'
import { CopyLine } from '@/ui/CopyLine'
import { Dialog } from '@/ui/Dialog'
import { CodeBlock } from '@/ui/markdown/CodeBlock'
import { Segments } from '@/ui/Segments'
import styles from './KeysPanel.module.css'
import { apiSnippet, curlSnippet, pythonSnippet } from './snippets'

interface NewKeyDialogProps {
  title: string
  made: NewApiKey
  exampleModel: string | null
  onClose: () => void
}

/** The one time a key is shown, with programs that use it. */
export function NewKeyDialog({ title, made, exampleModel, onClose }: NewKeyDialogProps) {
  const { t } = useTranslation('settings')
  return (
    <Dialog title={title} onClose={onClose}>
      <p className={styles.once}>{t('keys.once')}</p>
      <CopyLine text={made.key} label={t('keys.copy')} testId="new-key" />
      {made.scopes.includes('models') ? (
        <ModelExamples made={made} exampleModel={exampleModel} />
      ) : (
        <CodeBlock language="bash" code={apiSnippet({ origin: location.origin, key: made.key })} />
      )}
      <div className={styles.buttons}>
        <Button type="primary" onClick={onClose}>
          {t('keys.done')}
        </Button>
      </div>
    </Dialog>
  )
}

function ModelExamples({ made, exampleModel }: Pick<NewKeyDialogProps, 'made' | 'exampleModel'>) {
  const { t } = useTranslation('settings')
  const [kind, setKind] = useState<'curl' | 'python'>('curl')
  const call = { origin: location.origin, key: made.key, model: exampleModel ?? 'your-model' }
  return (
    <>
      <Segments
        label={t('keys.example')}
        value={kind}
        options={[
          { value: 'curl', label: 'curl' },
          { value: 'python', label: 'Python' },
        ]}
        onChange={setKind}
      />
      {kind === 'curl' ? (
        <CodeBlock language="bash" code={curlSnippet(call)} />
      ) : (
        <CodeBlock language="python" code={pythonSnippet(call)} />
      )}
    </>
  )
}
