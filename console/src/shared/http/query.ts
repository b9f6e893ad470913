import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./index";

/** Tries again what may pass; an answer that says "no" is shown at once. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.passing,
      retryDelay: (attempt) => Math.min(1000 * 2 ** attempt, 8000),
    },
    mutations: { retry: false },
  },
});
