import "./app.css";
import { queryClient } from "@shared/http/query";
import { loadCatalogue, preferredLanguage } from "@shared/i18n";
import { listenForGesture } from "@shared/lib/sound";
import { HintProvider } from "@shared/ui/hint";
import { Toasts } from "@shared/ui/toast";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { router } from "./router";

listenForGesture();
await loadCatalogue(preferredLanguage());

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <HintProvider>
        <RouterProvider router={router} />
        <Toasts />
      </HintProvider>
    </QueryClientProvider>
  </StrictMode>,
);
