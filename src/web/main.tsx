import "uplot/dist/uPlot.min.css";
import "./tokens.css";
import "./shell.css";
import "./parts.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";

import { ApiError } from "./api.ts";
import { App } from "./app.tsx";
import { applyTheme, chosenTheme } from "./theme.ts";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A rejected request stays rejected; one that failed to arrive is retried.
      retry: (count, error) => !(error instanceof ApiError) && count < 3,
    },
  },
});

applyTheme(chosenTheme());
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <BrowserRouter>
        <App />
      </BrowserRouter>
    </QueryClientProvider>
  </StrictMode>,
);
