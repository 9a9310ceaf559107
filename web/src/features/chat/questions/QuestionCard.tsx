import { QuestionCircleOutlined } from '@ant-design/icons'
import { type SyntheticEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Question } from '@/api/types'
import { Button } from '@/ui/Button'
import card from '../permissions/PermissionCard.module.css'
import { useKeys } from '../permissions/useKeys'
import { cardId } from '../permissions/waiting'
import { answersTo, choose, type Given, NOTHING_GIVEN } from './given'
import { QuestionField } from './QuestionField'
import styles from './Questions.module.css'
import { useAnswer } from './useAnswer'

interface QuestionCardProps {
  question: Question
  /** Numbers choose in this one. */
  hasKeys: boolean
}

const NUMBERS = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

/** What an agent wants to know, suggested answers, and room for another. */
export function QuestionCard({ question, hasKeys }: QuestionCardProps) {
  const { t } = useTranslation('agents')
  const { items } = question
  const [given, setGiven] = useState<Given[]>(() => items.map(() => NOTHING_GIVEN))
  const [focused, setFocused] = useState<number | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const answer = useAnswer(question)
  const answers = items.map((item, at) => answersTo(item, given[at] ?? NOTHING_GIVEN))
  const next = Math.max(
    0,
    answers.findIndex((each) => each.length === 0),
  )
  const change = (at: number, now: Given) => setGiven((before) => before.with(at, now))
  const pick = (at: number, place: number) => {
    const item = items[at]
    const label = item?.options[place]?.label
    if (!item || label === undefined || answer.isPending) return
    change(at, choose(item, given[at] ?? NOTHING_GIVEN, label))
    form.current?.querySelectorAll('fieldset')[at]?.querySelectorAll<HTMLElement>('[data-option]')[place]?.focus()
  }
  const keys = NUMBERS.map((key, place) => [key, () => pick(next, place)])
  useKeys(Object.fromEntries(keys), hasKeys && !answer.isPending)
  return (
    <section id={cardId(question)} className={card.card} aria-label={t('question.label')} tabIndex={-1}>
      <p className={card.title}>
        <QuestionCircleOutlined aria-hidden="true" /> {t('question.asks')}
      </p>
      <form
        ref={form}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (answers.some((each) => each.length > 0) && !answer.isPending) answer.mutate(answers)
        }}
        onFocus={(event) => setFocused(fieldOf(event))}
        onBlur={() => setFocused(null)}
        onKeyDown={(event) => {
          const at = fieldOf(event)
          const place = NUMBERS.indexOf(event.key)
          if (at === null || place < 0 || event.ctrlKey || event.metaKey || event.altKey) return
          event.preventDefault()
          pick(at, place)
        }}
      >
        {items.map((item, at) => (
          <QuestionField
            // biome-ignore lint/suspicious/noArrayIndexKey: what is asked never changes its order
            key={at}
            item={item}
            given={given[at] ?? NOTHING_GIVEN}
            onChange={(now) => change(at, now)}
            hasKeys={(hasKeys || focused !== null) && at === (focused ?? next)}
          />
        ))}
        <div className={card.buttons}>
          <Button
            type="primary"
            htmlType="submit"
            loading={answer.isPending}
            disabled={answers.every((each) => each.length === 0)}
          >
            {t('question.send')}
          </Button>
          <Button disabled={answer.isPending} onClick={() => answer.mutate(null)}>
            {t('question.skip')}
          </Button>
          <span className={styles.hint}>{t('question.skipText')}</span>
        </div>
      </form>
    </section>
  )
}

/** In which question an option has the focus; null while words are written. */
function fieldOf({ target, currentTarget }: SyntheticEvent<HTMLFormElement>): number | null {
  if (!(target instanceof HTMLElement) || target.dataset.option === undefined) return null
  const at = [...currentTarget.querySelectorAll('fieldset')].findIndex((field) => field.contains(target))
  return at < 0 ? null : at
}
