"""The gateway: one governed door to every model. Operators add channels; people and programs call by model name.

Others call `runtime.Gateway` (built in `app.py`) and `completions.Completions`, the one way to call a model from
inside the house.

Reading order: `channels` with `channel_keys` (create, change, retire), `presets`, `probe` (test a channel, fetch its
models), `warden` (off and on again by itself), `directory` (the tables in memory that every call reads) with `targets`,
`adapters` and `routing` (which channel first), `circuits` with `outcomes` (which channels rest), `catalog` and `prices`
(models and what they cost), `model_list`, `call_limits` with `allowed` (what callers may ask for), `completions`,
`responses` (`response_calls`, `response_keeper`, `response_shelf`, `stored_responses`: what is kept and continued),
`calls` (the log), `statistics` with `periods`, `shares`, `overview` and `breakdown` (what calls add up to),
`simulation` (the simulator's process), `runtime` (how the parts are put together), `routes`.
"""
