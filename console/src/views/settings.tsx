export const Settings = () => null;
export const SettingsPart = () => null;
