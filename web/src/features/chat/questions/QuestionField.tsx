import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { QuestionItem } from '@/api/types'
import { Input } from '@/ui/Input'
import { Tag } from '@/ui/Tag'
import { Key } from '../permissions/Key'
import { choose, type Given, write } from './given'
import styles from './Questions.module.css'

interface QuestionFieldProps {
  item: QuestionItem
  given: Given
  onChange: (given: Given) => void
  hasKeys: boolean
}

/** One thing asked: what may be chosen, and a line for another answer. */
export function QuestionField({ item, given, onChange, hasKeys }: QuestionFieldProps) {
  const { t } = useTranslation('agents')
  const name = useId()
  const { text, header, options, is_multiple } = item
  return (
    <fieldset className={styles.field}>
      <legend>
        {header && <Tag>{header}</Tag>}
        <span>{text}</span>
        {is_multiple && <span className={styles.hint}>{t('question.several')}</span>}
      </legend>
      {options.map(({ label, description }, place) => (
        <label key={label} className={styles.option}>
          <input
            type={is_multiple ? 'checkbox' : 'radio'}
            name={name}
            data-option=""
            checked={given.chosen.includes(label)}
            onChange={() => onChange(choose(item, given, label))}
          />
          <span className={styles.words}>
            <strong>{label}</strong>
            {description && <span className={styles.hint}>{description}</span>}
          </span>
          {hasKeys && place < 9 && <Key name={String(place + 1)} />}
        </label>
      ))}
      <Input
        value={given.own}
        maxLength={4000}
        aria-label={t('question.ownTo', { text })}
        placeholder={t(options.length > 0 ? 'question.own' : 'question.answer')}
        onChange={(event) => onChange(write(item, given, event.target.value))}
      />
    </fieldset>
  )
}
