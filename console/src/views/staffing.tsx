export const Staffing = () => null;
