"""Who asks (principals), what for (verbs), and the one place where it's decided (the gate).

Names no model: each room registers its own predicates from its AppConfig.
May import only `errors` and lower rooms. Start reading in `gate.py`.
"""
