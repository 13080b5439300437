"""The check that keeps an app without access rules from starting."""

from django.http import HttpResponse
from django.urls import include, path
from django.views import View
from rest_framework.views import APIView

from core.access import declare, faults_of, methods_of, public, routes, rule_of, signed_in


def bare(request):
    return HttpResponse("open")


class Bare(APIView):
    def get(self, request):
        return HttpResponse("open")


class ByMethod(Bare):
    access_rule = "by method"
    rules = {"GET": "read"}

    def post(self, request):
        return HttpResponse("open")


class Dropped(Bare):
    access_rule = "signed in"
    permission_classes = ()


def faults(view):
    return [fault.id for fault in faults_of("route/", view)]


def test_view_without_a_rule_is_a_fault():
    assert faults(bare) == ["core.E001"]
    assert faults(Bare.as_view()) == ["core.E001"]
    assert faults(View.as_view()) == ["core.E001"]


def test_view_with_an_empty_rule_is_a_fault():
    view = declare(lambda request: None, "")

    assert faults(view) == ["core.E001"]


def test_declared_views_are_sound():
    assert faults(public(lambda request: None)) == []
    assert faults(signed_in(bare)) == []
    assert rule_of(signed_in(bare)) == "signed in"


def test_signed_in_does_not_mark_the_view_it_guards():
    signed_in(bare)

    assert rule_of(bare) is None


def test_rest_method_without_a_rule_is_a_fault():
    found = list(faults_of("route/", ByMethod.as_view()))

    assert [fault.id for fault in found] == ["core.E002"]
    assert found[0].msg.startswith("POST /route/")


def test_rest_view_that_dropped_the_asking_class_is_a_fault():
    assert faults(Dropped.as_view()) == ["core.E003"]
    assert faults(ByMethod.as_view(permission_classes=[])) == ["core.E002"]


def test_methods_of_a_rest_view_are_those_it_answers():
    assert methods_of(ByMethod) == {"GET", "POST"}


def test_routes_walks_into_includes_with_their_prefixes():
    inner = [path("b/<int:pk>/", bare), path("", public(lambda request: None))]
    patterns = [path("a/", include((inner, "inner"))), path("c/", bare)]

    assert [route for route, _view in routes(patterns)] == ["a/b/<int:pk>/", "a/", "c/"]
