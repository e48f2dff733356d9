from django.urls import path

from gateway import views

urlpatterns = [
    path("configs", views.store_config),
    path("configs/import", views.import_config),
    path("services/<str:name>/check", views.check_service),
    path("health", views.health),
]
