import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { toast } from '@/ui/toast'
import styles from './Prompts.module.css'
import { importPrompts } from './queries'

/** Choose a file of prompts and keep all that are in it. */
export function ImportDialog({ isAdmin, onClose }: { isAdmin: boolean; onClose: () => void }) {
  const { t } = useTranslation('prompts')
  const [chosen, choose] = useState<File | null>(null)
  const [isShared, share] = useState(false)
  const take = useMutation({
    mutationFn: (file: File) => importPrompts(file, isShared),
    onSuccess: ({ added, changed, unchanged }) => {
      toast(t('imported', { added, changed, unchanged }))
      onClose()
    },
  })
  return (
    <FormDialog
      title={t('importTitle')}
      action={t('importAction')}
      onSubmit={() => chosen && take.mutate(chosen)}
      onClose={onClose}
      busy={take.isPending}
      disabled={!chosen}
    >
      <Field label={t('file')} hint={t('fileHint')}>
        {(attributes) => (
          <input
            {...attributes}
            type="file"
            accept="application/json,.json"
            onChange={(event) => choose(event.target.files?.[0] ?? null)}
          />
        )}
      </Field>
      {isAdmin && (
        <label className={styles.check}>
          <input type="checkbox" checked={isShared} onChange={(event) => share(event.target.checked)} />
          {t('isShared')}
        </label>
      )}
      {take.isError && <ErrorNotice error={take.error} />}
    </FormDialog>
  )
}
