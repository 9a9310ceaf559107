import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { chooseLanguage, type Language } from '@/locales'
import { Page } from '@/ui/Page'
import { Segments } from '@/ui/Segments'
import { type Appearance, chooseAppearance, chosenAppearance, onAppearance } from '@/ui/theme/appearance'
import styles from './ProfilePanel.module.css'

/** How the app looks and speaks in this browser. */
export function AppearancePanel() {
  const { t, i18n } = useTranslation('settings')
  const appearance = useSyncExternalStore(onAppearance, chosenAppearance)
  const looks: Appearance[] = ['system', 'light', 'dark']
  return (
    <Page title={t('appearance.title')} text={t('appearance.text')}>
      <dl className={styles.facts}>
        <div className={styles.fact}>
          <dt>{t('appearance.theme')}</dt>
          <dd>
            <Segments
              label={t('appearance.theme')}
              value={appearance}
              options={looks.map((value) => ({ value, label: t(`appearance.${value}`) }))}
              onChange={chooseAppearance}
            />
          </dd>
        </div>
        <div className={styles.fact}>
          <dt>{t('appearance.language')}</dt>
          <dd>
            <Segments<Language>
              label={t('appearance.language')}
              value={i18n.language === 'zh' ? 'zh' : 'en'}
              options={[
                { value: 'en', label: 'English' },
                { value: 'zh', label: '中文' },
              ]}
              onChange={(language) => void chooseLanguage(language)}
            />
          </dd>
        </div>
      </dl>
    </Page>
  )
}
