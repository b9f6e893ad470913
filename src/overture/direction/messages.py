"""What a trigger says: its variants, each in every language, and the mistakes people make in writing them."""

from __future__ import annotations

from collections.abc import Callable

from overture.direction.model import Variant
from overture.direction.values import Reader
from overture.direction.yaml_tree import Mapping, Node, Scalar, Strange

MAX_MESSAGE = 500


class Messages(Reader):
    """Reads messages in the plan's languages, which are to be known before."""

    def __init__(self, text: str, file: str) -> None:
        super().__init__(text, file)
        self.languages: tuple[str, ...] = ()

    def say(self, path: str) -> Callable[[Node, str], tuple[Variant, ...] | None]:
        def read(node: Node, what: str) -> tuple[Variant, ...] | None:
            if isinstance(node, Strange):
                return None
            if not isinstance(node, Mapping) or not node.entries:
                hint = "write variants below it: a: {en: Can I help?}"
                self.problem("wrong_type", node.place, f"`{what}` must be a mapping of variants", hint)
                return None
            if self.by_language(node):
                texts = self.message(node, "a", f"{path}say/a")
                return None if texts is None else (Variant("a", texts),)
            variants: list[Variant] = []
            for key, value in node.entries.values():
                name = self.valid_name(key, "variant")
                texts = self.message(value, key.text, f"{path}say/{key.text}")
                if name is not None and texts is not None:
                    variants.append(Variant(name, texts))
            return tuple(variants) if len(variants) == len(node.entries) else None

        return read

    def by_language(self, node: Mapping) -> bool:
        """Whether a mapping names languages and not variants: the short form of a single wording."""
        return any(
            isinstance(value, Scalar) and (key in self.languages or (not self.languages and len(key) == 2))
            for key, (_, value) in node.entries.items()
        )

    def message(self, node: Node, variant: str, path: str) -> dict[str, str] | None:
        """One wording, which must be there in every language."""
        self.places[path] = node.place
        if isinstance(node, Strange):
            return None
        if not isinstance(node, Mapping):
            languages = ", ".join(f"{one}: ..." for one in self.languages) or "en: ..."
            self.problem(
                "wrong_type", node.place, f"The variant {variant[:40]} must name languages", f"write {{{languages}}}"
            )
            return None
        texts: dict[str, str] = {}
        cut: dict[str, list[Scalar]] = {}
        whole = True
        last = ""
        for key, value in node.entries.values():
            if self.languages and key.text not in self.languages:
                whole = False
                if last and node.flow and isinstance(value, Scalar) and value.empty:
                    cut.setdefault(last, []).append(key)
                else:
                    self.no_language(key)
                continue
            text = self.line(value, key.text[:40], MAX_MESSAGE)
            whole = whole and text is not None
            texts[key.text] = text or ""
            last = key.text
        for language, rest in cut.items():
            self.cut_at_a_comma(language, texts[language], rest)
        missing = [one for one in self.languages if one not in node.entries]
        if missing:
            message = f"The variant {variant[:40]} is missing in {', '.join(missing)}"
            self.problem("missing_language", node.place, message, f"add {', '.join(one + ': ...' for one in missing)}")
        return texts if whole and not missing else None

    def no_language(self, key: Scalar) -> None:
        hint = f"the plan's languages are {', '.join(self.languages)}"
        message = f"`{key.text[:40]}` is none of the site's languages"
        self.problem("unknown_language", key.place, message, hint)

    def cut_at_a_comma(self, language: str, text: str, rest: list[Scalar]) -> None:
        """Between braces YAML ends an unquoted text at a comma, and takes what follows for the next key."""
        meant = ", ".join([text, *(one.text for one in rest)])
        message = f"YAML ends a text at a comma: `{rest[0].text[:40]}` is read as a language"
        hint = f'put the text in quotes: {language}: "{meant[:80]}"'
        self.problem("unquoted_comma", rest[0].place, message, hint)
