import { ApiOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/ui/EmptyState'
import { LinkButton } from '@/ui/LinkButton'

/** No channel has a model yet: who may change that is shown the way, everyone else is told whom to ask. */
export function NoModels({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation('sessions')
  return (
    <EmptyState
      page
      icon={<ApiOutlined aria-hidden="true" />}
      title={t('noModels.title')}
      text={t(isAdmin ? 'noModels.admin' : 'noModels.member')}
    >
      {isAdmin && (
        <LinkButton to="/welcome/model" primary>
          {t('noModels.connect')}
        </LinkButton>
      )}
    </EmptyState>
  )
}
