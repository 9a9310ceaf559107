import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import type { Channel, ChannelKey } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useErrorText } from '@/ui/errorText'
import { Field } from '@/ui/Field'
import { IconButton } from '@/ui/IconButton'
import { PasswordInput } from '@/ui/Input'
import { Tag } from '@/ui/Tag'
import { Ago } from '@/ui/Time'
import { toast } from '@/ui/toast'
import styles from './KeysField.module.css'
import { addKey, removeKey, switchOnKey } from './queries'
import { Reason } from './RefusedNotice'
import type { ChannelForm } from './wanted'

interface KeyFieldProps {
  value: string
  error: string | null
  onChange: (part: Partial<ChannelForm>) => void
}

/** The key of a channel that is to be added. */
export function KeyField({ value, error, onChange }: KeyFieldProps) {
  const { t } = useTranslation('gateway')
  return (
    <Field label={t('form.apiKey')} hint={t('form.apiKeyHint')} error={error}>
      {(attributes) => (
        <PasswordInput
          {...attributes}
          autoComplete="off"
          status={error ? 'error' : ''}
          value={value}
          onChange={(event) => onChange({ api_key: event.target.value })}
        />
      )}
    </Field>
  )
}

interface KeysFieldProps {
  channel: Channel
  typed: string
  error: string | null
  onType: (api_key: string) => void
}

/** The keys of a stored channel. Each is added and removed by itself, at once. */
export function KeysField({ channel, typed, error, onType }: KeysFieldProps) {
  const { t } = useTranslation('gateway')
  const words = useErrorText()
  const [removing, setRemoving] = useState<ChannelKey | null>(null)
  const add = useMutation({ mutationFn: () => addKey(channel.id, typed.trim()), onSuccess: () => onType('') })
  const refused = add.isError ? (asApiError(add.error).fields[0]?.message ?? words(add.error)) : null
  const submit = () => {
    if (typed.trim() !== '') add.mutate()
  }
  const number = (key: ChannelKey) => channel.keys.indexOf(key) + 1
  return (
    <fieldset className={styles.keys}>
      <legend>{t('keys.title')}</legend>
      {channel.keys.length === 0 && <p className={styles.hint}>{t('keys.none')}</p>}
      {channel.keys.length > 0 && (
        <ul className={styles.list}>
          {channel.keys.map((key) => (
            <KeyRow
              key={key.id}
              channelId={channel.id}
              apiKey={key}
              number={number(key)}
              onRemove={() => setRemoving(key)}
            />
          ))}
        </ul>
      )}
      <Field
        label={t(channel.keys.length > 0 ? 'keys.another' : 'form.apiKey')}
        hint={t(channel.keys.length > 0 ? 'keys.hint' : 'form.apiKeyHint')}
        error={error ?? refused}
      >
        {(attributes) => (
          <div className={styles.line}>
            <PasswordInput
              {...attributes}
              autoComplete="off"
              value={typed}
              onChange={(event) => {
                add.reset()
                onType(event.target.value)
              }}
              onPressEnter={(event: KeyboardEvent) => {
                event.preventDefault()
                submit()
              }}
            />
            <Button
              icon={<PlusOutlined aria-hidden="true" />}
              loading={add.isPending}
              disabled={typed.trim() === ''}
              onClick={submit}
            >
              {t('keys.add')}
            </Button>
          </div>
        )}
      </Field>
      {removing && (
        <ConfirmDialog
          title={t('keys.removeTitle', { number: number(removing) })}
          action={t('keys.remove')}
          danger
          onConfirm={() => removeKey(channel.id, removing.id)}
          onDone={() => toast(t('keys.removed'))}
          onClose={() => setRemoving(null)}
        >
          <p>{t(channel.keys.length === 1 ? 'keys.removeLast' : 'keys.removeText')}</p>
        </ConfirmDialog>
      )}
    </fieldset>
  )
}

const HIDDEN = '…'

interface KeyRowProps {
  channelId: string
  apiKey: ChannelKey
  number: number
  onRemove: () => void
}

function KeyRow({ channelId, apiKey, number, onRemove }: KeyRowProps) {
  const { t } = useTranslation('gateway')
  const again = useMutation({ mutationFn: () => switchOnKey(channelId, apiKey.id) })
  const { last4, off_at, off_reason } = apiKey
  return (
    <li className={styles.key}>
      <div className={styles.words}>
        <p className={styles.name}>
          {t('keys.nth', { number })}{' '}
          {last4 === HIDDEN ? (
            <span className={styles.hint}>{t('keys.hidden')}</span>
          ) : (
            <code translate="no">…{last4}</code>
          )}
          {off_at && <Tag tone="bad">{t('refused')}</Tag>}
        </p>
        {off_at && (
          <>
            <p className={styles.hint}>
              {t('keys.since')} <Ago at={off_at} />
            </p>
            <Reason reason={off_reason ?? ''} />
          </>
        )}
        {again.isError && <ErrorNotice error={again.error} />}
      </div>
      {off_at && (
        <Button
          size="small"
          loading={again.isPending}
          aria-label={t('keys.againOf', { number })}
          onClick={() => again.mutate()}
        >
          {t('refusal.again')}
        </Button>
      )}
      <IconButton
        label={t('keys.removeOf', { number })}
        icon={<DeleteOutlined aria-hidden="true" />}
        onClick={onRemove}
      />
    </li>
  )
}
