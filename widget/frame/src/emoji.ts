const ONE = String.raw`(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)*)`;
const FEW = new RegExp(`^(?:${ONE}\\s*){1,3}$`, 'u');

/** One to three emoji and nothing else are shown large. */
export function isJumbo(text: string): boolean {
  return text.length < 60 && FEW.test(text);
}
