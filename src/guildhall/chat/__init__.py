"""Chat: sessions of messages, answered by turns that run as durable jobs and survive every client.

Reading order: `tables`, `sessions`, `messages` (what a person does), `turns` and `answer` (how an answer is made),
`snapshot` (what a newcomer to a stream sees), `routes`. `app` builds a `turns.Turns` and registers its jobs.
"""
