/** What is being typed into a channel's form, what of it is wrong, and the work that can be done with it. */
import { useMutation } from '@tanstack/react-query'
import { type RefObject, useState } from 'react'
import { flushSync } from 'react-dom'
import { asApiError } from '@/api/errors'
import type { Channel, ChannelTest, Preset } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { alreadyWrong, type Problems, problemsOf, type SectionName, saidOf, sectionOf } from './problems'
import { addKey, changeChannel, createChannel, testChannel, tryChannel } from './queries'
import {
  type ChannelForm,
  changesOf,
  channelWanted,
  draftWanted,
  formFromChannel,
  formFromPreset,
  needsStored,
} from './wanted'

const NOTHING_WRONG: Problems = new Map()

interface Editor {
  channel: Channel | undefined
  presets: Preset[]
  element: RefObject<HTMLFormElement | null>
  onDone: () => void
}

export function useChannelEditor({ channel, presets, element, onDone }: Editor) {
  const words = useErrorText()
  /** As the form began, or was stored last: what others change meanwhile is theirs. */
  const [base, setBase] = useState(channel)
  const [form, setForm] = useState<ChannelForm | null>(channel ? formFromChannel(channel) : null)
  const [tried, setTried] = useState(false)
  const [opened, setOpened] = useState<ReadonlySet<SectionName>>(new Set())
  const change = (part: Partial<ChannelForm>) => {
    test.reset()
    save.reset()
    setForm((now) => now && { ...now, ...part })
  }
  const begin = (next: ChannelForm) => {
    test.reset()
    save.reset()
    setTried(false)
    setForm(next)
  }
  const onKeyAdded = () => setForm((now) => now && { ...now, api_key: '' })
  const store = (typed: ChannelForm) =>
    base ? storeChanges(base, typed, onKeyAdded) : createChannel(channelWanted(typed))
  const show = (fields: Iterable<string>) => {
    const sections = [...fields].map(sectionOf).filter((name) => name !== null)
    flushSync(() => setOpened((now) => new Set([...now, ...sections])))
    element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }
  const onError = (thrown: unknown, typed: ChannelForm) => {
    const fields = [...saidOf(asApiError(thrown), typed, words).keys()]
    requestAnimationFrame(() => show(fields)) // when the words are at their fields
  }
  const save = useMutation({ mutationFn: store, onSuccess: onDone, onError })
  const test = useMutation({
    mutationFn: async (typed: ChannelForm): Promise<ChannelTest> => {
      if (!channel || !base) return tryChannel(draftWanted(typed))
      if (isEdited(base, typed)) {
        if (!needsStored(channel, typed)) return tryChannel(draftWanted(typed))
        const stored = await store(typed)
        setBase(stored)
        setForm(formFromChannel(stored))
      }
      return testChannel(channel.id)
    },
    onError,
  })
  const preset = presets.find((one) => one.kind === form?.kind)
  const all = form ? problemsOf(form, needsOf(channel, preset)) : NOTHING_WRONG
  const wrong = alreadyWrong(all)
  const error = save.error ?? test.error
  return {
    form,
    preset,
    problems: tried ? all : wrong,
    said: form ? saidOf(error ? asApiError(error) : null, form, words) : new Map<string, string>(),
    error,
    save,
    test,
    opened,
    savesFirst: Boolean(base && channel && form && isEdited(base, form) && needsStored(channel, form)),
    change,
    pick: (picked: Preset) => begin(formFromPreset(picked)),
    toggle: (name: SectionName) => setOpened((now) => withOrWithout(now, name)),
    submit: () => {
      if (!form) return
      flushSync(() => setTried(true))
      if (all.size > 0) show(all.keys())
      else save.mutate(form)
    },
    /** A test needs less than a channel that is to be kept: no name, say. */
    run: () => {
      if (form && wrong.size > 0) show(wrong.keys())
      else if (form) test.mutate(form)
    },
  }
}

export type ChannelEditing = ReturnType<typeof useChannelEditor>

/** The key goes first: when it is refused, nothing else has been changed. */
async function storeChanges(channel: Channel, form: ChannelForm, onKeyAdded: () => void): Promise<Channel> {
  let stored = channel
  if (form.api_key.trim() !== '') {
    stored = await addKey(channel.id, form.api_key.trim())
    onKeyAdded()
  }
  const changes = changesOf(channel, form)
  return Object.keys(changes).length > 0 ? changeChannel(channel.id, changes) : stored
}

function isEdited(channel: Channel, form: ChannelForm): boolean {
  return form.api_key.trim() !== '' || Object.keys(changesOf(channel, form)).length > 0
}

/** A stored channel has its key already, or does without. */
function needsOf(channel: Channel | undefined, preset: Preset | undefined) {
  return { address: !preset?.simulated, key: !channel && Boolean(preset?.needs_key) }
}

function withOrWithout(names: ReadonlySet<SectionName>, name: SectionName): ReadonlySet<SectionName> {
  const next = new Set(names)
  if (!next.delete(name)) next.add(name)
  return next
}
