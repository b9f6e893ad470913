import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { environment: 'happy-dom', include: ['loader/tests/**/*.test.ts', 'frame/tests/**/*.test.{ts,tsx}'] },
});
