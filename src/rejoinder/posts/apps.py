from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "rejoinder.posts"
    label = "posts"

    def ready(self) -> None:
        from rejoinder.posts import belongings, changes, rights

        rights.register()
        changes.register()
        belongings.register_all()
