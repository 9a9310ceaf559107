import { useMutation, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PermissionRule } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { Input } from '@/ui/Input'
import { Segments } from '@/ui/Segments'
import { Select } from '@/ui/Select'
import { toast } from '@/ui/toast'
import { choicesQuery } from '../agent/workspaces'
import { KNOWN_TOOLS } from '../tools/tool'
import { addRule, changeRule } from './queries'
import styles from './Rules.module.css'

const ACTIONS = ['allow', 'ask', 'deny'] as const

/** A rule to add, or to change; where it holds stays what it is. */
export function RuleDialog({ rule, onClose }: { rule: PermissionRule | null; onClose: () => void }) {
  const { t } = useTranslation(['agents', 'common'])
  const tools = useId()
  const [form, setForm] = useState({
    tool: rule?.tool ?? 'bash',
    pattern: rule?.pattern ?? '',
    action: rule?.action ?? ('allow' as const),
  })
  const [where, setWhere] = useState('')
  const { data: workspaces = [] } = useQuery({ ...choicesQuery, enabled: rule === null })
  const places = workspaces.map(({ id, name }) => ({ value: id, label: t('inWorkspace', { name }) }))
  const change = (part: Partial<typeof form>) => setForm((now) => ({ ...now, ...part }))
  const save = useMutation({
    mutationFn: () => {
      const wanted = { ...form, tool: form.tool.trim(), pattern: form.pattern.trim() }
      return rule ? changeRule(rule.id, wanted) : addRule({ ...wanted, workspace_id: where === '' ? null : where })
    },
    onSuccess: () => {
      toast(t('rules.saved'))
      onClose()
    },
  })
  return (
    <FormDialog
      title={t(rule ? 'rules.editTitle' : 'rules.add')}
      action={t(rule ? 'rules.save' : 'rules.add')}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      busy={save.isPending}
    >
      <Segments
        label={t('rules.action')}
        value={form.action}
        options={ACTIONS.map((action) => ({ value: action, label: t(`rules.actions.${action}`) }))}
        onChange={(action) => change({ action })}
      />
      <p className={styles.hint}>{t(`rules.actionText.${form.action}`)}</p>
      <Field label={t('rules.tool')} hint={t('rules.toolHint')}>
        {(attributes) => (
          <Input
            {...attributes}
            required
            list={tools}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            value={form.tool}
            onChange={(event) => change({ tool: event.target.value })}
          />
        )}
      </Field>
      <datalist id={tools}>
        <option value="*">{t('rules.everyTool')}</option>
        {KNOWN_TOOLS.map((tool) => (
          <option key={tool} value={tool}>
            {t(`tool.${tool}`)}
          </option>
        ))}
      </datalist>
      <Field label={t('rules.pattern')} hint={t('rules.patternHint')}>
        {(attributes) => (
          <Input
            {...attributes}
            required
            autoFocus
            maxLength={4000}
            autoComplete="off"
            spellCheck={false}
            placeholder="git status *"
            value={form.pattern}
            onChange={(event) => change({ pattern: event.target.value })}
          />
        )}
      </Field>
      {!rule && (
        <Field label={t('rules.where')}>
          {(attributes) => (
            <Select
              {...attributes}
              value={where}
              options={[{ value: '', label: t('rules.reach.everywhere') }, ...places]}
              onChange={setWhere}
            />
          )}
        </Field>
      )}
      {save.isError && <ErrorNotice error={save.error} />}
    </FormDialog>
  )
}
