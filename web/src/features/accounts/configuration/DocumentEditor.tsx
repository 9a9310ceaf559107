import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import type { ConfigurationDocument } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { toast } from '@/ui/toast'
import { ChangedMeanwhile } from './ChangedMeanwhile'
import { DocumentControl, SecretControl } from './DocumentControl'
import styles from './DocumentEditor.module.css'
import { type FormField, grouped } from './fields'
import { resetDocument } from './queries'
import { type DocumentForm, useDocumentForm } from './useDocumentForm'
import { useDocumentWords } from './words'

/** The form of one document: check, save, go back to the defaults. */
export function DocumentEditor({ document }: { document: ConfigurationDocument }) {
  const { t } = useTranslation(['admin', 'common'])
  const form = useDocumentForm(document, () => toast(t('configuration.saved')))
  const [resetting, setResetting] = useState(false)
  const conflict = form.save.isError && asApiError(form.save.error).code === 'configuration_changed'
  return (
    <form
      className={styles.editor}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (form.problems.size === 0) form.save.mutate(form.base.revision)
      }}
    >
      {document.state === 'newer' && <p className={styles.warning}>{t('configuration.newer')}</p>}
      {document.state === 'invalid' && <p className={styles.warning}>{t('configuration.invalid')}</p>}
      <Controls form={form} />
      {form.save.isError && !conflict && <ErrorNotice error={form.save.error} />}
      {form.theirs && <ChangedMeanwhile form={form} theirs={form.theirs} />}
      <div className={styles.buttons}>
        <Button disabled={document.state === 'default'} onClick={() => setResetting(true)}>
          {t('configuration.reset')}
        </Button>
        <span className={styles.gap} />
        <Button disabled={!form.edited} onClick={() => form.begin(form.base)}>
          {t('configuration.discard')}
        </Button>
        <Button
          type="primary"
          htmlType="submit"
          loading={form.save.isPending}
          disabled={!form.edited || form.problems.size > 0 || document.state === 'newer'}
        >
          {t('configuration.save')}
        </Button>
      </div>
      {resetting && (
        <ConfirmDialog
          title={t('configuration.resetTitle')}
          action={t('configuration.reset')}
          danger
          onConfirm={async () => form.begin(await resetDocument(document.name, form.base.revision))}
          onDone={() => toast(t('configuration.wasReset'))}
          onClose={() => setResetting(false)}
        >
          <p>{t('configuration.resetText')}</p>
        </ConfirmDialog>
      )}
    </form>
  )
}

function Controls({ form }: { form: DocumentForm }) {
  const words = useDocumentWords()
  const title = (group: string) => words.group(form.base.name, group)
  return grouped(form.fields, (group) => title(group) !== '').map(({ name, fields }) => {
    const controls = fields.map((field) => <Control key={field.name} form={form} field={field} />)
    if (name === null) return controls
    return (
      <fieldset key={name} className={styles.group}>
        <legend>{title(name)}</legend>
        {controls}
      </fieldset>
    )
  })
}

function Control({ form, field }: { form: DocumentForm; field: FormField }) {
  const { name, secrets, defaults } = form.base
  return field.kind === 'secret' ? (
    <SecretControl
      document={name}
      field={field}
      isSet={secrets[field.name] === true}
      value={String(form.now[field.name] ?? '')}
      removed={form.removed.has(field.name)}
      onChange={(value) => form.type(field.name, value)}
      onRemove={(away) => form.remove(field.name, away)}
    />
  ) : (
    <DocumentControl
      document={name}
      field={field}
      value={form.now[field.name] ?? ''}
      initial={defaults[field.name]}
      problem={form.problems.get(field.name)}
      said={form.said.get(field.name)}
      onChange={(value) => form.type(field.name, value)}
    />
  )
}
