export const Insight = () => null;
