import { Checkbox } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './KeysPanel.module.css'
import { ENDPOINTS } from './wish'

interface EndpointsFieldProps {
  value: string[]
  onChange: (endpoints: string[]) => void
}

/** What a key may ask of models; nothing chosen is everything. */
export function EndpointsField({ value, onChange }: EndpointsFieldProps) {
  const { t } = useTranslation('settings')
  const turn = (path: string, on: boolean) =>
    onChange(ENDPOINTS.filter((one) => (one === path ? on : value.includes(one))))
  return (
    <fieldset className={styles.scopes}>
      <legend>{t('keys.endpoints')}</legend>
      <div className={styles.checks}>
        {ENDPOINTS.map((path) => (
          <Checkbox key={path} checked={value.includes(path)} onChange={(event) => turn(path, event.target.checked)}>
            <span title={path}>{t(`keys.endpoint.${path}`)}</span>
          </Checkbox>
        ))}
      </div>
      <p className={styles.hint}>{t('keys.endpointsHint')}</p>
    </fieldset>
  )
}
