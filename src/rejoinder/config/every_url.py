"""Every URL of the site, the API's too: read when a program asks for the first time.

What describes and checks the API's bodies takes half a second to load and 20 MB, which a
site that nobody's program uses never needs (rejoinder.api.middleware names this module).
"""

from __future__ import annotations

from django.urls import include, path

from rejoinder.config import urls

urlpatterns = [path("", include("rejoinder.api.urls")), *urls.urlpatterns]

handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
