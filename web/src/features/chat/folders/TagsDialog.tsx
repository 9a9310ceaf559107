import { CloseOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { Input } from '@/ui/Input'
import { changeSession } from '../queries'
import { tagsQuery } from './changes'
import styles from './Folders.module.css'
import { has, MOST_TAGS, TAG_LENGTH, withTyped } from './tags'

const SUGGESTED = 12

/** The words by which a session is found; those used elsewhere are offered. */
export function TagsDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useTranslation('sessions')
  const [tags, setTags] = useState(session.tags)
  const [typed, setTyped] = useState('')
  const wanted = withTyped(tags, typed)
  const error = wanted.length > MOST_TAGS ? t('tags.tooMany', { most: MOST_TAGS }) : null
  const save = useMutation({ mutationFn: () => changeSession(session.id, { tags: wanted }), onSuccess: onClose })
  const keepTyped = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || typed.trim() === '') return
    event.preventDefault()
    if (error) return
    setTags(wanted)
    setTyped('')
  }
  return (
    <FormDialog
      title={t('tags.title')}
      action={t('tags.save')}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      busy={save.isPending}
      disabled={error !== null}
    >
      {tags.length > 0 && (
        <ul className={styles.chips}>
          {tags.map((tag) => (
            <li key={tag}>
              <button
                type="button"
                className={styles.chip}
                aria-label={t('tags.remove', { tag })}
                onClick={() => setTags(tags.filter((one) => one !== tag))}
              >
                <span className={styles.name}>#{tag}</span> <CloseOutlined aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Field label={t('tags.add')} hint={t('tags.hint', { most: MOST_TAGS, length: TAG_LENGTH })} error={error}>
        {(attributes) => (
          <Input
            {...attributes}
            autoFocus
            data-autofocus
            maxLength={TAG_LENGTH}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={keepTyped}
          />
        )}
      </Field>
      {tags.length < MOST_TAGS && <Suggestions without={tags} like={typed} onPick={(tag) => setTags([...tags, tag])} />}
      {save.isError && <ErrorNotice error={save.error} />}
    </FormDialog>
  )
}

interface SuggestionsProps {
  without: string[]
  like: string
  onPick: (tag: string) => void
}

/** The tags used most that a session has not yet. */
function Suggestions({ without, like, onPick }: SuggestionsProps) {
  const { t } = useTranslation('sessions')
  const { data = [] } = useQuery({ ...tagsQuery, staleTime: 0 })
  const part = like.trim().toLowerCase()
  const offered = data.filter(({ name }) => !has(without, name) && name.toLowerCase().includes(part))
  if (offered.length === 0) return null
  return (
    <fieldset className={styles.offered}>
      <legend>{t('tags.yours')}</legend>
      <div className={styles.chips}>
        {offered.slice(0, SUGGESTED).map(({ name }) => (
          <button key={name} type="button" className={styles.chip} onClick={() => onPick(name)}>
            <span className={styles.name}>#{name}</span>
          </button>
        ))}
      </div>
    </fieldset>
  )
}
