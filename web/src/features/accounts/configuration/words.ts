/** What documents and their fields are called. */
import type { ConfigurationDocument } from '@/api/types'
import { useKnownText } from '@/ui/useKnownText'
import type { FormField } from './fields'

export function useDocumentWords() {
  const text = useKnownText()
  const known = (key: string, otherwise: string) => text(`admin:configuration.${key}`, otherwise)
  return {
    title: (document: Pick<ConfigurationDocument, 'name' | 'title'>) =>
      known(`documents.${document.name}.title`, document.title),
    text: (name: string) => known(`documents.${name}.text`, ''),
    label: (name: string, field: Pick<FormField, 'name' | 'title'>) =>
      known(`documents.${name}.fields.${field.name}.label`, field.title),
    hint: (name: string, field: Pick<FormField, 'name' | 'description'>) =>
      known(`documents.${name}.fields.${field.name}.hint`, field.description),
    /** Empty where fields do not stand in groups. */
    group: (name: string, group: string) => known(`documents.${name}.groups.${group}`, ''),
    option: (option: string) => known(`options.${option}`, option),
  }
}
