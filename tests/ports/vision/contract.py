"""What every provider of vision keeps to, whatever it thinks of the pictures."""

import numpy as np
import pytest

from calotype.ports.vision import Image, LabelOptions, LikenessScale, Vision

SHAPES = [(1, 1), (1, 900), (900, 1), (3, 1200), (17, 31), (480, 640), (1200, 800)]


def plain(height: int, width: int, colour: tuple[int, int, int] = (220, 20, 20)) -> Image:
    return np.full((height, width, 3), colour, np.uint8)


def noisy(height: int, width: int) -> Image:
    return np.random.default_rng(height * 10_000 + width).integers(0, 256, (height, width, 3), np.uint8)


class VisionContract:
    """Inherit, and give a `vision` fixture."""

    def test_it_says_who_it_is(self, vision: Vision) -> None:
        assert vision.provider

    @pytest.mark.parametrize("shape", SHAPES)
    def test_pictures_of_any_shape_are_answered(self, vision: Vision, shape: tuple[int, int]) -> None:
        for image in (plain(*shape), noisy(*shape)):
            before = image.copy()
            if vision.labels:
                assert vision.labels.read_labels(image).provider == vision.provider
            if vision.faces:
                assert vision.faces.read_faces(image).model
            if vision.text:
                assert vision.text.read_text(image).model
            if vision.image_embedding:
                assert vision.image_embedding.embed_image(image)
            np.testing.assert_array_equal(image, before)

    @pytest.mark.parametrize(("max_labels", "min_confidence"), [(1, 0.0), (3, 0.0), (5, 0.3), (100, 0.01), (10, 1.0)])
    def test_label_options_are_kept(self, vision: Vision, max_labels: int, min_confidence: float) -> None:
        if vision.labels is None:
            pytest.skip("this provider reads no labels")
        for image in (plain(300, 400), noisy(200, 200)):
            labels = vision.labels.read_labels(image, LabelOptions(max_labels, min_confidence)).labels

            assert len(labels) <= max_labels
            assert all(label.confidence >= min_confidence for label in labels)
            assert len({label.name for label in labels}) == len(labels)

    def test_all_labels_are_there_to_be_had(self, vision: Vision) -> None:
        if vision.labels is None:
            pytest.skip("this provider reads no labels")
        labels = vision.labels.read_labels(plain(300, 400), LabelOptions(max_labels=3, min_confidence=0.0)).labels

        assert len(labels) == 3

    def test_the_same_picture_gives_the_same_vectors(self, vision: Vision) -> None:
        if vision.image_embedding is None:
            pytest.skip("this provider makes no vectors of pictures")
        first, second = (vision.image_embedding.embed_image(noisy(300, 400)) for _ in range(2))

        np.testing.assert_array_equal(first.search.vector, second.search.vector)
        np.testing.assert_array_equal(first.look.vector, second.look.vector)

    def test_another_picture_gives_another_vector(self, vision: Vision) -> None:
        if vision.image_embedding is None:
            pytest.skip("this provider makes no vectors of pictures")
        image = plain(300, 400)
        first = vision.image_embedding.embed_image(image)
        image[:, 100:] = (20, 20, 220)  # the same array, so that nobody remembers by address alone
        second = vision.image_embedding.embed_image(image)

        assert not np.array_equal(first.look.vector, second.look.vector)

    def test_the_spaces_are_the_ones_that_are_promised(self, vision: Vision) -> None:
        if vision.image_embedding is None:
            pytest.skip("this provider makes no vectors of pictures")
        embeddings = vision.image_embedding.embed_image(noisy(64, 64))

        assert embeddings.search.space == vision.image_embedding.search_space
        assert embeddings.look.space == vision.image_embedding.look_space
        assert isinstance(vision.image_embedding.look_scale, LikenessScale)

    def test_a_smaller_copy_looks_the_same(self, vision: Vision, photo: Image) -> None:
        if vision.image_embedding is None:
            pytest.skip("this provider makes no vectors of pictures")
        copy = np.ascontiguousarray(photo[::2, ::2])
        a, b = (vision.image_embedding.embed_image(image).look.vector for image in (photo, copy))

        assert vision.image_embedding.look_scale.judge(float(a @ b)) == "sure"

    def test_faces_say_the_space_that_is_promised(self, vision: Vision) -> None:
        if vision.faces is None:
            pytest.skip("this provider finds no faces")
        faces = vision.faces.read_faces(noisy(300, 400)).faces

        assert vision.faces.space
        assert isinstance(vision.faces.scale, LikenessScale)
        assert all(face.space == vision.faces.space for face in faces)

    def test_a_plain_wall_has_neither_faces_nor_text(self, vision: Vision) -> None:
        if vision.faces:
            assert vision.faces.read_faces(plain(600, 800, (128, 128, 128))).faces == ()
        if vision.text:
            assert vision.text.read_text(plain(600, 800, (128, 128, 128))).lines == ()

    async def test_sentences_lie_in_the_space_of_search(self, vision: Vision) -> None:
        if vision.text_embedding is None or vision.image_embedding is None:
            pytest.skip("this provider embeds no sentences")
        vector = await vision.text_embedding.embed_text("a red bus")
        picture = vision.image_embedding.embed_image(noisy(64, 64)).search

        assert vision.text_embedding.space == picture.space
        assert vector.shape == picture.vector.shape
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)

    async def test_a_sentence_always_gives_the_same_vector(self, vision: Vision) -> None:
        if vision.text_embedding is None:
            pytest.skip("this provider embeds no sentences")
        texts = ["a red bus", "Ein rotes Auto – où?", "赤いバス", "🚌", "x" * 5000, "a red bus"]
        vectors = [await vision.text_embedding.embed_text(text) for text in texts]

        np.testing.assert_array_equal(vectors[0], vectors[-1])
        assert vision.text_embedding.scale.judge(float(vectors[0] @ vectors[-1])) == "sure"

    @pytest.mark.parametrize("text", ["", " ", "\n\t "])
    async def test_an_empty_sentence_is_refused(self, vision: Vision, text: str) -> None:
        if vision.text_embedding is None:
            pytest.skip("this provider embeds no sentences")
        with pytest.raises(ValueError, match="no text"):
            await vision.text_embedding.embed_text(text)

    async def test_closed_vision_opens_again(self, vision: Vision) -> None:
        vision.close()
        vision.close()
        if vision.labels:
            assert vision.labels.read_labels(plain(100, 100), LabelOptions(1, 0.0)).labels
        if vision.text_embedding:
            assert len(await vision.text_embedding.embed_text("after the rest"))
