"""The gateway: one governed door to every model. Operators add channels; people and programs call by model name.

Others call `runtime.Gateway` (built in `app.py`) and `completions.Completions`, the one way to call a model from
inside the house.

Reading order: `channels` (create, change, retire), `presets`, `probe` (test a channel, fetch its models), `directory`
(the tables in memory that every call reads) with `routing` (which channel first), `completions`, `simulation` (the
simulator's process), `runtime` (how the parts are put together), `routes`.
"""
