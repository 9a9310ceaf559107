"""Workspaces: folders of files that belong to one person, for people in the browser and for agents at work.

Files lie on disk in `<data folder>/workspaces/<id>/files`; what the hall knows about them (versions, trash, uploads)
is in rows. Every path goes through `safe_files`, so that none leaves its workspace.

Reading order: `paths` (which names there may be), `safe_files` (every touch of the disk), `ground` (where a workspace
lies), `files` and `versions` (what is done with them), `scans` (what others changed), `undo`, `trash`, `uploads`,
`archives`, `members` and `unpacking`, `batches`, `search`, the routes. Agents use `runtime.Workspaces`.

Commands: `shell` (the script around a command, its limits), `bubblewrap` (what it sees), `isolation` (what works on
this machine), `running` and `output` (a command under way), `sandbox`, `background`; beside them `folders`,
`leftovers`, `weights` and `command_policy`. Agents use `sandbox.Sandbox` and `background.BackgroundCommands`.
"""
