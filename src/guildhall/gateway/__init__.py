"""The gateway: one governed door to every model. Operators add channels; people and programs call by model name.

Others call `runtime.Gateway` (built in `app.py`) and `completions.Completions`, the one way to call a model from
inside the house.

Reading order: `channels` with `channel_keys` (create, change, retire), `presets`, `probe` (test a channel, fetch its
models), `warden` (off and on again by itself), `directory` (the tables in memory that every call reads) with `targets`,
`adapters` and `routing` (which channel first), `catalog` and `prices` (models and what they cost), `completions`,
`simulation` (the simulator's process), `runtime` (how the parts are put together), `routes`.
"""
