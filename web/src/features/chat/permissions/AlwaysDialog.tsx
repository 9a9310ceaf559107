import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Permission, PermissionDecision } from '@/api/types'
import { Button } from '@/ui/Button'
import { FormDialog } from '@/ui/FormDialog'
import { IconButton } from '@/ui/IconButton'
import { Input } from '@/ui/Input'
import { Segments } from '@/ui/Segments'
import { useToolWords } from '../tools/useToolWords'
import styles from './PermissionCard.module.css'

type Scope = PermissionDecision['scope']

interface AlwaysDialogProps {
  permission: Permission
  workspaceId: string | null
  onAllow: (patterns: string[], scope: Scope) => Promise<unknown>
  onClose: () => void
}

/** Which calls like this one are allowed from now on, and where. */
export function AlwaysDialog({ permission, workspaceId, onAllow, onClose }: AlwaysDialogProps) {
  const { t } = useTranslation(['agents', 'common'])
  const words = useToolWords()
  const { suggestions, patterns: asked } = permission
  const [patterns, setPatterns] = useState<string[]>(suggestions.length > 0 ? suggestions : asked)
  const [scope, setScope] = useState<Scope>('session')
  const [busy, setBusy] = useState(false)
  const wanted = [...new Set(patterns.map((pattern) => pattern.trim()).filter(Boolean))]
  const scopes: Scope[] = workspaceId ? ['session', 'workspace', 'everywhere'] : ['session', 'everywhere']
  const allow = () => {
    setBusy(true)
    onAllow(wanted, scope)
      .then(onClose)
      .catch(() => setBusy(false)) // told where it was decided
  }
  return (
    <FormDialog
      title={t('alwaysTitle', { tool: words(permission.tool) })}
      action={t('alwaysDo')}
      onSubmit={() => wanted.length > 0 && allow()}
      onClose={onClose}
      busy={busy}
      disabled={wanted.length === 0}
    >
      <p>{t('alwaysText')}</p>
      <Patterns patterns={patterns} onChange={setPatterns} />
      <p className={styles.why}>{t(permission.is_opaque ? 'patternOpaque' : 'patternHint')}</p>
      <Segments
        label={t('scopeLabel')}
        value={scope}
        options={scopes.map((value) => ({ value, label: t(`scope.${value}`) }))}
        onChange={setScope}
      />
      <p className={styles.why}>{t(`scopeText.${scope}`)}</p>
    </FormDialog>
  )
}

function Patterns({ patterns, onChange }: { patterns: string[]; onChange: (patterns: string[]) => void }) {
  const { t } = useTranslation('agents')
  return (
    <div className={styles.patterns}>
      {patterns.map((pattern, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity than its place
        <div key={index} className={styles.pattern}>
          <Input
            value={pattern}
            maxLength={4000}
            spellCheck={false}
            autoComplete="off"
            aria-label={t('patternNumber', { number: index + 1 })}
            onChange={(event) => onChange(patterns.with(index, event.target.value))}
          />
          {patterns.length > 1 && (
            <IconButton
              label={t('patternRemove', { number: index + 1 })}
              icon={<DeleteOutlined aria-hidden="true" />}
              tip={false}
              onClick={() => onChange(patterns.toSpliced(index, 1))}
            />
          )}
        </div>
      ))}
      {patterns.length < 50 && (
        <Button size="small" icon={<PlusOutlined aria-hidden="true" />} onClick={() => onChange([...patterns, ''])}>
          {t('patternAdd')}
        </Button>
      )}
    </div>
  )
}
