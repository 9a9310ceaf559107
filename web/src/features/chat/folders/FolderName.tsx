import { useTranslation } from 'react-i18next'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'

/** What a folder is called. */
export function FolderName({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const { t } = useTranslation('sessions')
  return (
    <Field label={t('folder.name')}>
      {(attributes) => (
        <Input
          {...attributes}
          autoFocus
          data-autofocus
          maxLength={80}
          autoComplete="off"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
