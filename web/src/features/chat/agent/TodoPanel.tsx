import { CheckCircleFilled, CloseCircleOutlined, LoadingOutlined, RightOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Todo } from '../view'
import styles from './Todos.module.css'

const ICONS: Record<Todo['status'], ReactNode> = {
  pending: <span className={styles.open} aria-hidden="true" />,
  active: <LoadingOutlined aria-hidden="true" />,
  done: <CheckCircleFilled className={styles.done} aria-hidden="true" />,
  cancelled: <CloseCircleOutlined aria-hidden="true" />,
}

/** What the agent means to do, folded to how far it has come and what it does now. */
export function TodoPanel({ todos, running }: { todos: Todo[]; running: boolean }) {
  const { t } = useTranslation('agents')
  const done = todos.filter(({ status }) => status === 'done').length
  const all = todos.filter(({ status }) => status !== 'cancelled').length
  const now = todos.find(({ status }) => status === 'active')
  return (
    <details className={styles.todos}>
      <summary className={styles.summary}>
        <RightOutlined className={styles.turning} aria-hidden="true" />
        <span className={styles.progress}>{t('todos.progress', { done, all })}</span>
        {now && <span className={styles.now}>{now.text}</span>}
      </summary>
      <ul className={styles.list} aria-label={t('todos.title')}>
        {todos.map((todo, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the agent gives the whole list anew each time
          <li key={index} className={styles[todo.status]}>
            {todo.status === 'active' && !running ? ICONS.pending : ICONS[todo.status]}
            <span className="visually-hidden">{t(`todos.${todo.status}`)}: </span>
            <span className={styles.what}>{todo.text}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
