import pytest

from medtutor.course import catalogue, parameters


@pytest.fixture
def lesson(little_course):
    return catalogue.find("07")


def test_defaults_are_those_of_the_parameters_cell(lesson):
    assert parameters.defaults(lesson) == {
        "seed": 0,
        "dataset": "brain_lesion",
        "epochs": 3,
        "learning_rate": 1e-3,
        "shuffle": True,
        "n_train": None,
    }


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("epochs", "5", 5),
        ("epochs", 5, 5),
        ("learning_rate", "1", 1.0),
        ("learning_rate", "5e-4", 5e-4),
        ("shuffle", "false", False),
        ("shuffle", "True", True),
        ("dataset", "breastmnist", "breastmnist"),
        ("n_train", "64", 64),
        ("n_train", "None", None),
        ("n_train", "1", 1),
        ("seed", "0", 0),
        ("seed", "4294967295", 4294967295),
    ],
)
def test_a_value_takes_the_type_of_the_lessons_own(lesson, name, given, expected):
    (own,) = parameters.checked([lesson], {name: given})
    assert own == {name: expected}
    assert type(own[name]) is type(expected)


@pytest.mark.parametrize(
    ("name", "given", "wanted"),
    [
        ("epochs", "abc", "a whole number"),
        ("epochs", "1.5", "a whole number"),
        ("epochs", "true", "a whole number"),
        ("learning_rate", "fast", "a number"),
        ("shuffle", "1", "true or false"),
        ("dataset", 3, "a text"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(lesson, monkeypatch, name, given, wanted):
    monkeypatch.setattr(parameters, "_check_dataset", lambda name: None)
    with pytest.raises(ValueError, match=f"parameter {name} is .*so give {wanted}"):
        parameters.checked([lesson], {name: given})


@pytest.mark.parametrize("given", ["", "abc", "1e3", "2.5", "True", "0", "-1", "[1]", 2.0, 0])
def test_a_count_that_is_none_takes_whole_numbers_from_1(lesson, given):
    with pytest.raises(ValueError, match=r"parameter n_train is .*whole number from 1 up, or None"):
        parameters.checked([lesson], {"n_train": given})


@pytest.mark.parametrize(
    ("name", "given", "limits"),
    [
        ("epochs", "0", "from 1 up"),
        ("epochs", "-1", "from 1 up"),
        ("seed", "-1", "from 0 to 4294967295"),
        ("seed", "4294967296", "from 0 to 4294967295"),
    ],
)
def test_a_number_out_of_its_range_is_refused(lesson, name, given, limits):
    with pytest.raises(ValueError, match=f"{name} is '{given}'; give a whole number {limits}$"):
        parameters.checked([lesson], {name: given})


def test_an_unknown_name_is_refused_with_the_nearest_one(lesson):
    with pytest.raises(ValueError, match=r"unknown parameter 'epoch' .*did you mean epochs\?"):
        parameters.checked([lesson], {"epoch": "1"})


def test_an_unknown_dataset_is_refused_with_the_nearest_one(lesson):
    with pytest.raises(ValueError, match=r"unknown data set 'breastmnst'.*breastmnist"):
        parameters.checked([lesson], {"dataset": "breastmnst"})


def test_a_parameter_goes_to_the_lessons_that_have_it(little_course):
    lessons = catalogue.chosen(["02", "07"])
    assert parameters.checked(lessons, {"seed": "1", "epochs": "2"}) == [
        {"seed": 1},
        {"seed": 1, "epochs": 2},
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.1", ["0.1"]),
        ("a, b,c", ["a", "b", "c"]),
        ("0:5", ["0", "1", "2", "3", "4"]),
        ("-1:2,7", ["-1", "0", "1", "7"]),
        ("log:1e-4:1e-1:4", ["0.0001", "0.001", "0.01", "0.1"]),
        ("log:8:1:4", ["8", "4", "2", "1"]),
        ("folder:my_images", ["folder:my_images"]),
    ],
)
def test_values_are_spelled_out(text, values):
    assert parameters.spelled_out("rate", text) == values


@pytest.mark.parametrize(
    "text",
    [
        *("", "1,,2", "1,", "5:5", "0:100000000", "log:", "log:0:1:3", "log:-1:-2:3", "log:1:2:0"),
        *("log:1:2", "log:a:b:3", "log:1:2:3:4", "log:1:2:1000000000", "log:1:2:2.5"),
    ],
)
def test_values_of_another_form_are_refused_with_those_there_are(text):
    with pytest.raises(ValueError, match=r"rate is .*; give values as 0.001,0.01 or 0:5"):
        parameters.spelled_out("rate", text)
