import { useMutation } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { Question } from '@/api/types'
import { forget } from '../permissions/queries'
import { useTooLate } from '../permissions/useTooLate'

/** Answers an agent, or, with null, leaves it to the agent; the first word counts. */
export function useAnswer(question: Question) {
  const params = { path: { question_id: question.id } }
  return useMutation({
    mutationFn: (answers: string[][] | null) =>
      unwrap(
        answers
          ? client.POST('/api/v1/chat/questions/{question_id}/answer', { params, body: { answers } })
          : client.POST('/api/v1/chat/questions/{question_id}/skip', { params }),
      ),
    onSuccess: () => forget(question),
    onError: useTooLate(question),
  })
}
