from django.urls import path

from gateway import views

urlpatterns = [
    path("configs", views.store_config),
    path("services/<slug:name>/check", views.check_service),
    path("health", views.health),
]
