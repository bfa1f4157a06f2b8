from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "rejoinder.moderation"
    label = "moderation"

    def ready(self) -> None:
        from rejoinder.moderation import belongings, cases, changes, firings, rights
        from rejoinder.posts.states import register_when_withdrawn

        rights.register()
        changes.register()
        firings.register()
        belongings.register_all()
        register_when_withdrawn(cases.close_withdrawn)
