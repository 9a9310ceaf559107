import { useMutation } from '@tanstack/react-query'
import { Switch } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { McpRights, McpServer } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { Input } from '@/ui/Input'
import { Segments } from '@/ui/Segments'
import { toast } from '@/ui/toast'
import { addServer, changeServer, testServer } from './queries'
import { SecretsField } from './SecretsField'
import styles from './Servers.module.css'
import { changeWanted, formOf, type ServerForm, serverWanted } from './wanted'

interface ServerDialogProps {
  server: McpServer | null
  scope: McpServer['scope']
  rights: McpRights
  onClose: () => void
}

/** A tool server to add, or to change; it is tried when it has been saved. */
export function ServerDialog({ server, scope, rights, onClose }: ServerDialogProps) {
  const { t } = useTranslation(['mcp', 'common'])
  const [form, setForm] = useState(() => formOf(server, rights))
  const change = (part: Partial<ServerForm>) => setForm((now) => ({ ...now, ...part }))
  const save = useMutation({
    mutationFn: () => (server ? changeServer(server.id, changeWanted(form)) : addServer(serverWanted(form, scope))),
    onSuccess: (saved) => {
      onClose()
      if (saved.is_enabled) void testServer(saved.id).catch(() => undefined)
      toast(t('saved', { name: saved.name }))
    },
  })
  return (
    <FormDialog
      title={server ? t('editTitle', { name: server.name }) : t('addTitle')}
      action={t(server ? 'save' : 'add')}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      busy={save.isPending}
    >
      {!server && <Kind form={form} rights={rights} change={change} />}
      <Field label={t('name')} hint={t('nameHint', { example: `${form.name || 'docs'}_search` })}>
        {(attributes) => (
          <Input
            {...attributes}
            required
            autoFocus
            maxLength={30}
            pattern="[a-z][a-z0-9\-]*"
            title={t('nameForm')}
            autoComplete="off"
            spellCheck={false}
            value={form.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <Place form={form} change={change} />
      <SecretsField kind={form.kind} rows={form.secrets} onChange={(secrets) => change({ secrets })} />
      <Field label={t('timeout')} hint={t('timeoutHint')}>
        {(attributes) => (
          <Input
            {...attributes}
            required
            type="number"
            min={1}
            max={3600}
            value={form.timeout}
            onChange={(event) => change({ timeout: event.target.value })}
          />
        )}
      </Field>
      {rights.hall && <Network form={form} change={change} />}
      {save.isError && <ErrorNotice error={save.error} />}
    </FormDialog>
  )
}

interface PartProps {
  form: ServerForm
  change: (part: Partial<ServerForm>) => void
}

function Kind({ form, rights, change }: PartProps & { rights: McpRights }) {
  const { t } = useTranslation('mcp')
  const kinds = (['http', 'stdio'] as const).filter((kind) => (kind === 'http' ? rights.addresses : rights.programs))
  return (
    <>
      <Segments
        label={t('kindLabel')}
        value={form.kind}
        options={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        onChange={(kind) => change({ kind })}
      />
      <p className={styles.soft}>{t(`kindText.${form.kind}`)}</p>
      {form.kind === 'stdio' && rights.program_hindrance !== '' && (
        <p className={styles.reason} role="status">
          {rights.program_hindrance}
        </p>
      )}
    </>
  )
}

function Place({ form, change }: PartProps) {
  const { t } = useTranslation('mcp')
  if (form.kind === 'http') {
    return (
      <Field label={t('url')} hint={t('urlHint')}>
        {(attributes) => (
          <Input
            {...attributes}
            required
            maxLength={1000}
            autoComplete="off"
            spellCheck={false}
            placeholder="https://mcp.example.org/mcp"
            value={form.url}
            onChange={(event) => change({ url: event.target.value })}
          />
        )}
      </Field>
    )
  }
  return (
    <Field label={t('command')} hint={t('commandHint')}>
      {(attributes) => (
        <Input
          {...attributes}
          required
          maxLength={2000}
          autoComplete="off"
          spellCheck={false}
          placeholder="python3 tools/server.py"
          value={form.command}
          onChange={(event) => change({ command: event.target.value })}
        />
      )}
    </Field>
  )
}

function Network({ form, change }: PartProps) {
  const { t } = useTranslation('mcp')
  return form.kind === 'http' ? (
    <Choice checked={form.isPrivate} onChange={(isPrivate) => change({ isPrivate })} hint={t('privateHint')}>
      {t('privateLabel')}
    </Choice>
  ) : (
    <Choice checked={form.hasNetwork} onChange={(hasNetwork) => change({ hasNetwork })} hint={t('networkHint')}>
      {t('networkLabel')}
    </Choice>
  )
}

interface ChoiceProps {
  checked: boolean
  onChange: (checked: boolean) => void
  hint: string
  children: ReactNode
}

function Choice({ checked, onChange, hint, children }: ChoiceProps) {
  const id = useId()
  return (
    <div className={styles.switch}>
      <Switch id={id} checked={checked} onChange={onChange} />
      <label htmlFor={id}>
        {children}
        <span className={styles.soft}>{hint}</span>
      </label>
    </div>
  )
}
