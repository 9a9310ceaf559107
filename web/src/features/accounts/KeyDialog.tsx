import { useMutation } from '@tanstack/react-query'
import { Button, Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewApiKey } from '@/api/types'
import { CopyButton } from '@/ui/CopyButton'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Input } from '@/ui/Input'
import { CodeBlock } from '@/ui/markdown/CodeBlock'
import { Segments } from '@/ui/Segments'
import styles from './KeysPanel.module.css'
import { createKey } from './queries'
import { curlSnippet, pythonSnippet } from './snippets'

/** Name a key, then see it once, with programs ready to run. */
export function KeyDialog({ exampleModel, onClose }: { exampleModel: string | null; onClose: () => void }) {
  const { t } = useTranslation(['settings', 'common'])
  const create = useMutation({ mutationFn: ({ name }: { name: string }) => createKey(name) })
  if (create.isSuccess) return <NewKey made={create.data} exampleModel={exampleModel} onClose={onClose} />
  return (
    <Dialog title={t('keys.create')} onClose={onClose}>
      <Form<{ name: string }> layout="vertical" requiredMark={false} onFinish={create.mutate}>
        <Form.Item
          name="name"
          label={t('keys.name')}
          extra={t('keys.nameHint')}
          rules={[{ required: true, whitespace: true, message: t('keys.nameMissing') }]}
        >
          <Input maxLength={100} autoFocus />
        </Form.Item>
        {create.isError && <ErrorNotice error={create.error} />}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={create.isPending}>
            {t('keys.create')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}

interface NewKeyProps {
  made: NewApiKey
  exampleModel: string | null
  onClose: () => void
}

function NewKey({ made, exampleModel, onClose }: NewKeyProps) {
  const { t } = useTranslation('settings')
  const [kind, setKind] = useState<'curl' | 'python'>('curl')
  const call = { origin: location.origin, key: made.key, model: exampleModel ?? 'your-model' }
  return (
    <Dialog title={t('keys.madeTitle')} onClose={onClose}>
      <p className={styles.once}>{t('keys.once')}</p>
      <div className={styles.shown}>
        <code data-testid="new-key">{made.key}</code>
        <CopyButton text={made.key} label={t('keys.copy')} />
      </div>
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
      <div className={styles.buttons}>
        <Button type="primary" onClick={onClose}>
          {t('keys.done')}
        </Button>
      </div>
    </Dialog>
  )
}
