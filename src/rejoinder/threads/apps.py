from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "rejoinder.threads"
    label = "threads"

    def ready(self) -> None:
        from rejoinder.threads import changes, rights

        rights.register()
        changes.register()
