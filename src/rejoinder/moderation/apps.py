from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "rejoinder.moderation"
    label = "moderation"

    def ready(self) -> None:
        from rejoinder.moderation import belongings, changes, firings, rights

        rights.register()
        changes.register()
        firings.register()
        belongings.register_all()
