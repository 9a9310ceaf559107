import { CheckCircleOutlined, StopOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IpVerdict } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Section } from '@/ui/Section'
import styles from './IpRules.module.css'
import { verdictQuery } from './queries'

/** What the rules say about an address: one's own, or any. */
export function AddressCheck() {
  const { t } = useTranslation('admin')
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState('')
  const verdict = useQuery(verdictQuery(asked))
  return (
    <Section title={t('ipRules.check')} text={t('ipRules.checkText')}>
      <form
        className={styles.check}
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(typed.trim())
        }}
      >
        <Field label={t('ipRules.address')}>
          {(attributes) => (
            <Input
              {...attributes}
              autoComplete="off"
              spellCheck={false}
              placeholder={t('ipRules.addressHint')}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        <Button htmlType="submit">{t('ipRules.checkAction')}</Button>
      </form>
      {verdict.isError && <ErrorNotice error={verdict.error} />}
      {verdict.isSuccess && <Verdict verdict={verdict.data} />}
    </Section>
  )
}

function Verdict({ verdict: { address, allowed, is_yours, network } }: { verdict: IpVerdict }) {
  const { t } = useTranslation('admin')
  const who = t(is_yours ? 'ipRules.yourAddress' : 'ipRules.thisAddress', { address })
  const why = network ? t('ipRules.because', { network }) : t('ipRules.becauseNone')
  return (
    <p role="status" className={allowed ? styles.allowed : styles.denied}>
      {allowed ? <CheckCircleOutlined aria-hidden="true" /> : <StopOutlined aria-hidden="true" />}
      <span>
        {who} {t(allowed ? 'ipRules.mayComeIn' : 'ipRules.staysOut')} {why}
      </span>
    </p>
  )
}
